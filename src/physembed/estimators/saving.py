"""What every estimator that can be kept has: its way onto the disk."""

from pathlib import Path


class Saved:
    """An estimator of aeon's kind that is written as a folder."""

    def save(self, path: str | Path) -> Path:
        """Write the fitted model as a folder of JSON, CSV and safetensors, atomically.

        Parameters
        ----------
        path : str or Path
            The folder; an existing one is replaced only if it is a saved model.

        Raises
        ------
        RunFolderError
            If ``path`` exists and is not a saved model.
        InvalidInputError
            If it holds a regressor of another library.
        NotFittedError
            If the estimator has not been fitted.
        """
        from physembed.estimators.persistence import save

        self._check_is_fitted()  # type: ignore[attr-defined]
        return save(self, path)  # type: ignore[arg-type]
