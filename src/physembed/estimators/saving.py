"""What every estimator that can be kept has: its way onto the disk."""

from abc import abstractmethod
from pathlib import Path

from physembed.estimators.model_files import ModelFiles


class Saved:
    """An estimator of aeon's kind that is written as a folder."""

    @abstractmethod
    def model_files(self) -> ModelFiles:
        """The fitted estimator as what is written.

        Raises
        ------
        NotFittedError
            If the estimator has not been fitted.
        """

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
        folder = Path(path)
        self.model_files().write(folder)
        return folder
