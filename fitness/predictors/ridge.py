"""Ridge regression (Hoerl and Kennard, 1970), fitted by scikit-learn; its strength by leave-one-out errors.

Letters: N candidates, F features.
"""

from dataclasses import dataclass

import numpy as np

from fitness.predictors.base import Floats
from fitness.predictors.featured import Arrays, FeaturedPredictor
from fitness.predictors.one_thread import one_thread
from fitness.predictors.origin import check_kinds

STRENGTHS = tuple(10.0**power for power in np.arange(-2, 4.5, 0.5))
"""Of which that with the least mean squared error on candidates left out, one at a time, is taken."""


@dataclass(frozen=True, kw_only=True)
class RidgePredictor(FeaturedPredictor):
    """A weighted sum of features.

    reach, scores, scores_file, label: as in ``FeaturedPredictor``
    """

    def learn(self, features: Floats, targets: Floats, seed: int) -> Arrays:
        """Return the weights [F] of features, and what is added [1]."""
        from sklearn.linear_model import RidgeCV

        with one_thread():
            model = RidgeCV(alphas=STRENGTHS).fit(features, targets)
        return {"weights": model.coef_, "added": np.array([float(model.intercept_)])}

    def check_arrays(self, arrays: Arrays, features: int) -> None:
        """Raise KeyError or ValueError unless there is a weight for each feature."""
        check_kinds(arrays, {"weights": "f", "added": "f"})
        if (arrays["weights"].shape, arrays["added"].shape) != ((features,), (1,)):
            raise ValueError(f"{features} features have weights {arrays['weights'].shape}")

    def predict(self, arrays: Arrays, features: Floats) -> Floats:
        """Return the sums [N] for features [N, F]."""
        found: Floats = np.einsum("nf,f->n", features, arrays["weights"]) + arrays["added"][0]  # without BLAS's threads
        return found
