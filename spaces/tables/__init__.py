"""Tables of labelled candidates: one text column and one numeric column per measurement, Parquet or CSV.

``python -m spaces.tables import KIND FILE --out T.parquet`` makes one of a published benchmark file,
``python -m spaces.tables show T.parquet`` says what is in it, and ``spaces.CandidateTable`` reads it. What labels are
compared with, and training for new ones, live in ``evo``.
"""
