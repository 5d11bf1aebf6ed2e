"""What every estimator that can be kept has: its way onto the disk."""

from abc import abstractmethod
from pathlib import Path
from typing import Any

from physembed.estimators._rooms_above import room_above
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

    def export(self, to: str, out: str | Path, **options: Any) -> Any:
        """Write the fitted model for another world, as C or as ONNX.

        Parameters
        ----------
        to : {"c", "onnx"}
        out : str or Path
            The folder of the program, or the file of ONNX.
        **options
            Of :func:`physembed.deploy.export`: ``name``, ``data``, ``labels``, ``vectors``,
            ``max_ram``, ``readout``, ``number``, ``input``, ``hop``, ``targets``, ``opset``,
            ``overwrite``.

        Returns
        -------
        physembed.deploy.Exported
            Where it is, and how far it agrees with the model in Python.

        Raises
        ------
        InvalidInputError
            If a part of the model cannot be exported, or an argument is not as described.
        RunFolderError
            If ``out`` is in the way.
        """
        return room_above("deploy").export(self, to, out, **options)
