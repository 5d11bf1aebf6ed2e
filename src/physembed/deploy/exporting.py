"""Exports: a fitted estimator written for another world, and shown to say the same there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_integer
from physembed._files import (
    file_replaced_atomically,
    replace_folder_atomically,
    to_plain,
    write_json_atomically,
    write_text_atomically,
)
from physembed.deploy.agreement import Agreement, Reference, compare, reference
from physembed.deploy.c.program_folder import (
    ProgramOptions,
    check_name,
    program_folder,
    written_in_floats,
    written_in_integers,
)
from physembed.deploy.c.sampling import INPUTS, Sampling, as_sampled
from physembed.deploy.footprint import footprint, minirocket_footprint
from physembed.deploy.given_cases import given_cases, given_classes, right_cases
from physembed.deploy.integers.integer_plan import IntegerPlan, integer_plan
from physembed.deploy.integers.whole_plan import whole_if_possible
from physembed.deploy.interpreter.run import scores
from physembed.deploy.lowering.estimator import lower, scores_in_python
from physembed.deploy.plan import Plan
from physembed.deploy.report import REPORT, REPORT_PAGE, is_export, markdown
from physembed.deploy.rounding import PROMISED, READOUTS, as_learnt, rounded
from physembed.deploy.vectors import made_up_series
from physembed.errors import InvalidInputError, RunFolderError, UnknownNameError

TARGETS = ("c", "onnx")


@dataclass(frozen=True)
class Exported:
    """What an export has written, and what it showed.

    Parameters
    ----------
    path : Path
        The folder of a program of C, or the file of ONNX.
    report : dict
        As in ``report.json``.
    """

    path: Path
    report: dict[str, Any]

    @property
    def agrees(self) -> bool:
        """Whether every case agrees that sits on no tie, wherever it was looked at."""
        return bool(self.report["agrees"])


def export(
    estimator: Any,
    to: str,
    out: str | Path,
    *,
    name: str | None = None,
    data: Any = None,
    labels: Any = None,
    vectors: int = 8,
    max_ram: int | None = None,
    readout: str | None = None,
    number: str | None = None,
    input: str | None = None,
    hop: int | None = None,
    targets: bool = True,
    opset: int = 18,
    overwrite: bool = False,
) -> Exported:
    """Write a fitted estimator as C or ONNX, and compare what it says there.

    Parameters
    ----------
    estimator : PhysicalEmbeddingClassifier or PhysicalEmbeddingRegressor
    to : {"c", "onnx"}
    out : str or Path
        The folder of the program, or the file of ONNX.
    name : str or None, default=None
        What every name of the program begins with; None is the last part of ``out``.
    data : series as ``predict`` takes them, or None, default=None
        Cases to compare on and to take test vectors from; None makes series up. Missing values,
        and lengths where the model takes several, are bridged as ``predict`` does.
    labels : array_like of shape (cases,) or None, default=None
        Classes of ``data``, as for ``score``; how many cases the model is right on is told, and
        on how many what was written, where that could be run here.
    vectors : int, default=8
        Test vectors, half of them those nearest to the decision's boundary.
    max_ram : int or None, default=None
        Bytes of memory that the program may ask for.
    readout : {"float32", "int8", "int4"} or None, default=None
        The numbers that the program's weights are stored in. Rounded ones must give the class of
        the model in 99.5 % of all cases. None is the integers of weights that were learnt in few
        bits (``weight_bits``), and "float32" for others.
    number : {"float32", "int16"} or None, default=None
        The numbers that the program computes in. "int16" is for filters and counters of whole
        numbers (the preset "tiny-integer"), for dispersion and one interferometer before soft
        comparators on one quadrature ("tiny"), and for lenses and dispersion of one channel's
        envelope before bands ("auditory"): the C says what the interpreter of integers says bit
        for bit, and must give the class of the model in 99.5 % of all cases. None is "int16" for
        the first and "float32" for any other.
    input : {"float32", "int16"} or None, default=None
        The numbers in which samples come to the program; None is ``number``. For whole ones,
        series whose unit the model does not see are scaled by a power of two and rounded before
        they are compared.
    hop : int or None, default=None
        Samples from one window to the next. With it the program also takes samples one by one,
        keeps the last ones, and predicts once per hop what it would of that window.
    targets : bool, default=True
        Whether the program is cross-compiled, and run on QEMU's boards, where the tools are found.
    opset : int, default=18
        Of ONNX.
    overwrite : bool, default=False
        Whether an earlier export is replaced.

    Returns
    -------
    Exported

    Raises
    ------
    NoLoweringError
        If a part of the model cannot be exported; it is named, and what to use instead.
    InvalidInputError
        If an argument is not as described, a label is none of the model's classes, or the program
        needs more than ``max_ram``.
    RunFolderError
        If ``out`` exists and is not to be replaced, or cannot be written.
    """
    path = Path(out)
    if to not in TARGETS:
        raise UnknownNameError("target", to, TARGETS)
    check_integer("vectors", vectors, least=1)
    check_integer("max_ram", max_ram, least=1, optional=True)
    check_integer("hop", hop, least=1, most=2**31 - 1, optional=True)
    if readout is not None and readout not in READOUTS:
        raise UnknownNameError("readout", readout, tuple(READOUTS))
    asked = {"readout": readout, "number": number, "input": input, "hop": hop}
    _check_numbers(to, asked)
    if to == "c":
        name = check_name(path.name if name is None else name, given=name is not None)
    _check_place(path, to, overwrite=overwrite)
    plan = lower(estimator)
    whole = _whole(plan, asked) if to == "c" else None
    stored = _stored(estimator, plan, readout, learnt=to == "c" and whole is None)
    input = input or ("float32" if whole is None else "int16")
    series = made_up_series(plan) if data is None else given_cases(estimator, data, plan)
    places = None if labels is None else given_classes(labels, estimator, data)
    series = as_sampled(plan, series, input)
    oracle = reference(plan, series)
    agreements = _of_interpreter(estimator, plan, series, oracle)
    # what is written takes whole series
    has_gaps = estimator.unequal_length_ or estimator.metadata_.get("has_missing", False)
    bridged = {"bridged": bool(has_gaps)}
    if to == "onnx":
        from physembed.deploy.onnx.model_file import write_model

        with file_replaced_atomically(path) as temporary:
            report, said = write_model(plan, temporary, series, (agreements, oracle), opset=opset)
            if places is not None:
                report["right"] = right_cases(estimator, data, places, said)
        return Exported(path, to_plain(report | bridged))
    assert name is not None
    options = ProgramOptions(
        name=name,
        vectors=vectors,
        max_ram=max_ram,
        targets=targets,
        sampling=Sampling(input, hop),
    )
    if whole is not None:
        written = written_in_integers(plan, whole, series, options)
    else:
        of_stored = oracle if stored is plan else reference(stored, series)
        written = written_in_floats(stored, of_stored, options)
    files, report, said = program_folder(written, series, agreements, options)
    if whole is not None or stored is not plan:
        same = int((oracle.scores.argmax(axis=1) == written.expected.argmax(axis=1)).sum())
        told = _rounded_numbers(plan, stored, whole)
        report["rounded"] = told | {"cases": len(series), "same_class": same}
        report["agrees"] = report["agrees"] and same >= PROMISED * len(series)
    if places is not None:
        report["right"] = right_cases(estimator, data, places, said)
    report |= bridged | {
        "cases_are": "made up" if data is None else "given",
        "estimated": footprint(stored, number=written.number).record(),
        "minirocket": minirocket_footprint(
            plan.n_channels, plan.n_timepoints, max(1, len(plan.labels))
        ).record(),
    }
    _write_program(path, files, report)
    return Exported(path, to_plain(report))


def _rounded_numbers(plan: Plan, stored: Plan, whole: IntegerPlan | None) -> dict[str, str]:
    """Which numbers of a program are not those of the model."""
    of_bits = {bits: name for name, bits in READOUTS.items()}
    readout = {} if stored is plan else {"readout": of_bits[stored.readout.bits]}
    return readout | ({} if whole is None else {"number": "int16"})


def _write_program(path: Path, files: Mapping[str, str], report: dict[str, Any]) -> None:
    with replace_folder_atomically(path) as folder:
        for file, text in files.items():
            write_text_atomically(folder / file, text)
        write_text_atomically(folder / REPORT_PAGE, markdown(report))
        write_json_atomically(folder / REPORT, report)


def _check_numbers(to: str, asked: Mapping[str, Any]) -> None:
    """Refuse numbers that are not known, or not of the target."""
    for argument in ("number", "input"):
        if asked[argument] is not None and asked[argument] not in INPUTS:
            raise UnknownNameError(argument, asked[argument], tuple(INPUTS))
    of_c = [f"{k}={v!r}" for k, v in asked.items() if v not in (None, "float32")]
    if to == "onnx" and of_c:
        raise InvalidInputError(f"{' and '.join(of_c)} is of to='c'; ONNX is single precision.")


def _whole(plan: Plan, asked: Mapping[str, Any]) -> IntegerPlan | None:
    """The plan in integers where that is asked for, or where it is whole by itself."""
    readout, number, input = (asked[name] for name in ("readout", "number", "input"))
    of_floats = readout not in (None, "float32") or input == "float32"
    if number is None:
        # what only floats can do is asked for
        return None if of_floats else whole_if_possible(plan)
    if number == "float32":
        return None
    if readout == "int4":
        raise InvalidInputError(
            "number='int16' has a readout of 16 bits ('float32') or 'int8', got readout='int4'."
        )
    if input == "float32":
        raise InvalidInputError("number='int16' takes samples of input='int16', got 'float32'.")
    return integer_plan(plan, 8 if readout == "int8" else 16)


def _stored(estimator: Any, plan: Plan, readout: str | None, *, learnt: bool) -> Plan:
    """The plan with weights as they are stored: as asked for, or in the bits of training."""
    # only models of chosen detectors tell bits
    most = max(READOUTS.values())
    bits = getattr(estimator, "parameter_counts_", {}).get("weight_bits", most)
    if learnt and readout is None and bits < most:
        return as_learnt(plan, bits)
    return rounded(plan, readout or "float32")


def _check_place(path: Path, to: str, *, overwrite: bool) -> None:
    """Refuse a place in which something stands that is not to be replaced."""
    if not path.exists():
        return
    if to == "c" and not path.is_dir():
        raise RunFolderError(f"{path} is a file; a program of C is written into a folder.")
    if to == "onnx" and path.is_dir():
        raise RunFolderError(f"{path} is a folder; a model of ONNX is written as a file.")
    if to == "c" and not is_export(path) and any(path.iterdir()):
        raise RunFolderError(
            f"{path} exists and is not an exported program, so it is left alone; choose another "
            "place."
        )
    if not overwrite:
        raise RunFolderError(f"{path} exists; choose another place, or overwrite it.")


def _of_interpreter(
    estimator: Any, plan: Plan, series: NDArray[np.float32], oracle: Reference
) -> dict[str, Agreement]:
    """How far the interpreter agrees with the network; both are given the same digits."""
    expected = scores_in_python(estimator, series.astype(np.float64))
    single = scores(plan, series, np.float32)
    return {
        "interpreter, float64": compare(oracle.scores, expected, oracle.are_on_tie),
        "interpreter, float32": compare(single, expected, oracle.are_on_tie),
    }
