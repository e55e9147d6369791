"""The Neural Architecture Ranker (NAR, Guo et al., 2022): which of five tiers of quality a candidate belongs to.

A candidate is a sequence of tokens, the matrices of its operations and of what they cost (``tokens``, ``scaling``).
An encoder reads them (``attention``, ``encoder``); its output is scored, and held against the mean encodings of the
tiers (``tier_means``, ``decoder``, ``network``). What it is trained for and how is in ``losses``, ``schedule``
and ``training``, its sizes in ``settings``; ``predictor`` is the plug-in, ``prediction`` what it has learnt.

The published description leaves open what is chosen here: tokens of networks of several depths are padded with zeros,
and cells beyond the longest one learnt from are added to the last; ``published`` scaling of DARTS cells is that of
NAS-Bench-101, and ``standard`` scaling is the default everywhere; costs are those for images of CIFAR-10; the masks of
dropout of a tier's query are those of the whole batch; means of tiers are those of training mode while it learns, of
evaluation mode where weights are chosen and at the end; where no members are held out the last weights are kept.
``small`` leaves out cells that cost the same as an earlier one in every member.
"""
