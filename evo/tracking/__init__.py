"""Trackers: a run's trials and epochs in TensorBoard, MLflow or Weights & Biases, and in a storage of Optuna.

Each is an optional library, imported where it is asked for and never before. Figures of one's own pages live in
``evo.display``; what a run keeps of itself is written by ``evo.storage`` alone.
"""
