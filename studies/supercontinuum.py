"""The supercontinuum that codes are compared by, beside gnlse-python.

``python -m studies.supercontinuum results/optics`` writes ``supercontinuum.json``; some ten minutes
of one core, and ``... results/optics many`` measures its part on many pulses anew. 50 fs and 10 kW
at 835 nm through 15 cm, with nine coefficients of dispersion, Raman scattering and self-steepening
(Dudley, Genty and Coen, Rev. Mod. Phys. 78, 1135 (2006), figure 3). It needs gnlse (``pip install
gnlse``), which is nobody's dependency here.

gnlse-python samples time half a step beside zero, and its Raman response with it, so that the
response acts half a step early. Where codes are compared, the same samples are taken here; what
that is worth is measured by finer steps.
"""

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed import optics
from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed.physics import TimeGrid
from physembed.propagation import propagate
from physembed.training.environment import environment_record

N_POINTS, WINDOW_PS = 2**13, 12.5
FIBRE, WAVELENGTH = "photonic-crystal-835", 835e-9
LENGTH, SHORT = 0.15, 0.02
REFERENCE = 1e-8
"""Tolerance of gnlse-python that errors are measured from."""
THEIRS, OURS = (1e-4, 1e-6), (1e-5, 1e-6, 1e-7)
REFINED = (2**13, 2**14, 2**15)
N_PULSES, N_RUNS, AT_ONCE, AS_FAR_OFF = 64, 4, 1e-6, 2e-6
"""Pulses at once, how many of them gnlse-python is timed on, the tolerance of both, and that at
which our error is still no larger than theirs."""

Numbers = NDArray[np.float64]


def with_gnlse(
    rtol: float, length: float, n_points: int = N_POINTS, *, power: float = 10_000.0
) -> Numbers:
    """The power that leaves, in W, by gnlse-python."""
    import gnlse

    # gnlse 2.0.0 asks numpy for the module that numpy 2 no longer has
    np.math = math  # type: ignore[attr-defined]
    setup = gnlse.GNLSESetup()
    setup.resolution, setup.time_window = n_points, WINDOW_PS
    setup.wavelength, setup.fiber_length, setup.z_saves = 835, length, 2
    setup.nonlinearity = 0.11
    setup.pulse_model = gnlse.SechEnvelope(power, 0.050)
    betas = optics.fibre_named(FIBRE).dispersion.betas_at(WAVELENGTH, 10)
    in_picoseconds = [beta * 1e12**order for order, beta in enumerate(betas, start=2)]
    setup.dispersion_model = gnlse.DispersionFiberFromTaylor(0, np.array(in_picoseconds))
    setup.raman_model, setup.self_steepening = gnlse.raman_blowwood, True
    setup.rtol, setup.atol = rtol, rtol
    left: Numbers = np.abs(gnlse.GNLSE(setup).run().At[-1]) ** 2
    return left


def with_ours(
    rtol: float,
    length: float,
    n_points: int = N_POINTS,
    *,
    is_sampled: bool = True,
    powers: Numbers | None = None,
    dtype: torch.dtype = torch.complex128,
) -> Numbers:
    """The same from the same samples of the pulse, and of the response or of its formula.

    Of several ``powers`` in W, that of every one.
    """
    t = np.linspace(-WINDOW_PS / 2, WINDOW_PS / 2, n_points)
    step = 1e-12 * float(t[1] - t[0])
    shape = 1 / np.cosh(t * 2 * math.log(1 + math.sqrt(2)) / 0.050)
    peak = 10_000.0 if powers is None else powers[:, None]
    field = torch.from_numpy(np.sqrt(peak) * shape).to(dtype)
    equation, numbers = optics.fibre_named(FIBRE).medium(WAVELENGTH)
    raman = equation.raman
    assert raman is not None
    if is_sampled:
        equation = replace(equation, raman=replace(raman, response=partial(_sampled, step=step)))
    out = propagate(
        field,
        equation,
        numbers,
        TimeGrid(n_points, step),
        layer_length=length,
        rtol=rtol,
        check_sampling=False,
    )
    power: Numbers = out.abs().double().square().numpy()
    return power


def _sampled(omega: Tensor, *, step: float) -> Tensor:
    """Σ h((k + ½) step) exp(-iωk step) step, h of Blow and Wood: a geometric series."""
    tau1, tau2 = 12.2e-15, 32e-15
    scale = (tau1**2 + tau2**2) / (tau1 * tau2**2) * step
    rates = [complex(-1 / tau2, sign / tau1) for sign in (1, -1)]
    series = [
        complex(np.exp(rate * step / 2)) / (1 - torch.exp((rate - 1j * omega) * step))
        for rate in rates
    ]
    return scale * (series[0] - series[1]) / 2j


def measure_one(report: Callable[[str], None]) -> dict[str, Any]:
    """The cost and error of every tolerance."""
    reference = with_gnlse(REFERENCE, LENGTH)
    rows = []
    runs: list[tuple[str, Callable[..., Numbers], float]] = [
        ("gnlse-python", with_gnlse, r) for r in THEIRS
    ]
    runs += [("physembed", with_ours, r) for r in OURS]
    for code, run, rtol in runs:
        report(f"{code}, rtol {rtol:g}")
        seconds, power = _timed(run, rtol, LENGTH)
        rows.append(
            {"code": code, "rtol": rtol, "error": _off(power, reference), "seconds": seconds}
        )
    return {"rows": rows}


def measure_refined(report: Callable[[str], None]) -> dict[str, Any]:
    """What half a step of the response is worth, at ever finer steps."""
    refined = []
    for n_points in REFINED:
        report(f"{n_points} points, {SHORT} m")
        theirs = with_gnlse(1e-7, SHORT, n_points)
        differences = {
            name: _off(with_ours(1e-7, SHORT, n_points, is_sampled=is_sampled), theirs)
            for name, is_sampled in (("as it is", False), ("as sampled there", True))
        }
        refined.append({"points": n_points, "differences": differences})
    return {"refined": refined}


def measure_many(report: Callable[[str], None]) -> dict[str, Any]:
    """Pulses of 9 to 10 kW through the short fibre: one by one there, at once here.

    gnlse-python is timed on some of them, whose powers lie evenly between the others'.
    """
    powers = np.linspace(9_000.0, 10_000.0, N_PULSES)
    some = np.linspace(0, N_PULSES - 1, N_RUNS).round().astype(int)
    report(f"references of {N_RUNS} pulses")
    references = [with_gnlse(REFERENCE, SHORT, power=float(powers[k])) for k in some]
    report("gnlse-python, one by one")
    runs = [_timed(with_gnlse, AT_ONCE, SHORT, power=float(powers[k])) for k in some]
    rows = [
        {
            "code": "gnlse-python, one by one",
            "rtol": AT_ONCE,
            "seconds": float(np.mean([seconds for seconds, _ in runs])),
            "error": max(_off(run[1], there) for run, there in zip(runs, references, strict=True)),
        }
    ]
    for name, at_once, dtype, rtol in (
        ("physembed, one by one", 1, torch.complex128, AT_ONCE),
        ("physembed, at once", N_PULSES, torch.complex128, AT_ONCE),
        ("physembed, at once, complex64", N_PULSES, torch.complex64, AT_ONCE),
        ("physembed, at once, complex64", N_PULSES, torch.complex64, AS_FAR_OFF),
    ):
        report(name)
        chosen = powers if at_once > 1 else powers[some]
        seconds, errors = 0.0, []
        for part in np.split(chosen, len(chosen) // at_once):
            taken, left = _timed(with_ours, rtol, SHORT, powers=part, dtype=dtype)
            seconds += taken
            places = [(k, references[n]) for n, k in enumerate(some) if powers[k] in part]
            errors += [_off(left[list(part).index(powers[k])], there) for k, there in places]
        each = seconds / len(chosen)
        rows.append({"code": name, "rtol": rtol, "seconds": each, "error": max(errors)})
    return {"many": {"rows": rows, "environment": environment_record()}}


def measure_transforms(report: Callable[[str], None]) -> dict[str, Any]:
    """What the Fourier transforms of a pulse take in the short fibre, and nothing else.

    Four there are in an evaluation of the nonlinear law, two of them of real numbers.
    """
    glass = optics.fibre_named(FIBRE)
    t = np.linspace(-WINDOW_PS / 2, WINDOW_PS / 2, N_POINTS)
    grid = TimeGrid(N_POINTS, 1e-12 * float(t[1] - t[0]))
    pulse = optics.Pulse.sech("50 fs", WAVELENGTH, peak_power=9_500.0)
    counted = glass.propagate(pulse, SHORT, grid=grid, frames=1, rtol=AT_ONCE, check_sampling=False)
    evaluations = int(counted.evaluations)
    seconds = {}
    for dtype in (torch.complex128, torch.complex64):
        report(f"transforms in {dtype}")
        field = torch.ones(N_PULSES, N_POINTS, dtype=dtype)

        def once(field: Tensor = field) -> Numbers:
            spectrum = torch.fft.ifft(torch.fft.fft(field))
            power = torch.fft.irfft(torch.fft.rfft(spectrum.real), N_POINTS)
            return np.asarray(power[0, :1])

        once()
        best = min(_timed(once)[0] for _ in range(10))
        seconds[str(dtype).removeprefix("torch.")] = evaluations * best / N_PULSES
    return {"transforms": {"evaluations": evaluations, "seconds": seconds}}


def _timed(run: Callable[..., Numbers], *args: Any, **options: Any) -> tuple[float, Numbers]:
    """Seconds of a core, and what came out."""
    begin = time.process_time()
    result = run(*args, **options)
    return time.process_time() - begin, result


PARTS = {
    "one": measure_one,
    "refined": measure_refined,
    "many": measure_many,
    "transforms": measure_transforms,
}


def _off(power: Numbers, reference: Numbers) -> float:
    return float(np.linalg.norm(power - reference) / np.linalg.norm(reference))


def costs(record: dict[str, Any]) -> str:
    """How far each code and tolerance is from gnlse-python's finest, and what it takes."""
    rows = [
        (row["code"], f"{row['rtol']:.0e}", f"{row['error']:.1e}", f"{row['seconds']:.0f}")
        for row in record["rows"]
    ]
    columns = ("", "rtol", "Error of the power", "Seconds of a core")
    return markdown_table(columns, rows, n_text_columns=1)


def refinement(record: dict[str, Any]) -> str:
    """By how much both codes differ, with the Raman response as it is and as sampled there."""
    rows = [
        (f"{row['points']:,}", *(f"{value:.1e}" for value in row["differences"].values()))
        for row in record["refined"]
    ]
    return markdown_table(("Points", "Response as it is", "As sampled there"), rows)


def many(record: dict[str, Any]) -> str:
    """Seconds of a core for each of many pulses."""
    first = record["many"]["rows"][0]["seconds"]
    rows = [
        (
            row["code"],
            f"{row['rtol']:.0e}",
            f"{row['seconds']:.2f}",
            f"{first / row['seconds']:.1f}",
            f"{row['error']:.0e}",
        )
        for row in record["many"]["rows"]
    ]
    rows += [
        (
            f"its transforms alone, by PyTorch, {dtype}",
            "",
            f"{seconds:.2f}",
            f"{first / seconds:.1f}",
            "",
        )
        for dtype, seconds in record["transforms"]["seconds"].items()
    ]
    columns = (
        "", "rtol", "Seconds of a core, each pulse", "Times as fast", "Largest error of the power"
    )  # fmt: skip
    return markdown_table(columns, rows, n_text_columns=1)


if __name__ == "__main__":
    place = Path(sys.argv[1]) / "supercontinuum.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    record = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    torch.set_num_threads(1)
    for dtype in (torch.complex64, torch.complex128):
        # what is compiled once, and kept on disk, is nobody's pulse
        with_ours(1e-3, 1e-4, dtype=dtype)
    for part in sys.argv[2:] or PARTS:
        record |= PARTS[part](lambda text: print(text, flush=True))
        if part == "one":
            record["environment"] = environment_record()
        write_json_atomically(place, record)
    print(costs(record), refinement(record), many(record), sep="\n\n")
