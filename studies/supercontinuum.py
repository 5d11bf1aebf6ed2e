"""The supercontinuum that codes are compared by, beside gnlse-python.

``python -m studies.supercontinuum results/optics`` writes ``supercontinuum.json``; some minutes of
one core. 50 fs and 10 kW at 835 nm through 15 cm, with nine coefficients of dispersion, Raman
scattering and self-steepening (Dudley, Genty and Coen, Rev. Mod. Phys. 78, 1135 (2006), figure 3).
It needs gnlse (``pip install gnlse``), which is nobody's dependency here.

gnlse-python samples time half a step beside zero, and its Raman response with it, so that the
response acts half a step early. Where codes are compared, the same samples are taken here; what
that is worth is measured by finer steps.
"""

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
from physembed.experiments.results.markdown import markdown_table
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

Numbers = NDArray[np.float64]


def with_gnlse(rtol: float, length: float, n_points: int = N_POINTS) -> Numbers:
    """The power that leaves, in W, by gnlse-python."""
    import gnlse

    # gnlse 2.0.0 asks numpy for the module that numpy 2 no longer has
    np.math = math  # type: ignore[attr-defined]
    setup = gnlse.GNLSESetup()
    setup.resolution, setup.time_window = n_points, WINDOW_PS
    setup.wavelength, setup.fiber_length, setup.z_saves = 835, length, 2
    setup.nonlinearity = 0.11
    setup.pulse_model = gnlse.SechEnvelope(10_000, 0.050)
    betas = optics.fibre_named(FIBRE).dispersion.betas_at(WAVELENGTH, 10)
    in_picoseconds = [beta * 1e12**order for order, beta in enumerate(betas, start=2)]
    setup.dispersion_model = gnlse.DispersionFiberFromTaylor(0, np.array(in_picoseconds))
    setup.raman_model, setup.self_steepening = gnlse.raman_blowwood, True
    setup.rtol, setup.atol = rtol, rtol
    power: Numbers = np.abs(gnlse.GNLSE(setup).run().At[-1]) ** 2
    return power


def with_ours(
    rtol: float, length: float, n_points: int = N_POINTS, *, is_sampled: bool = True
) -> Numbers:
    """The same from the same samples of the pulse, and of the response or of its formula."""
    t = np.linspace(-WINDOW_PS / 2, WINDOW_PS / 2, n_points)
    step = 1e-12 * float(t[1] - t[0])
    field = torch.from_numpy(100 / np.cosh(t * 2 * math.log(1 + math.sqrt(2)) / 0.050)) + 0j
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
    power: Numbers = out.abs().square().numpy()
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


def measure(report: Callable[[str], None]) -> dict[str, Any]:
    """The cost and error of every tolerance, and what half a step of the response is worth."""
    reference = with_gnlse(REFERENCE, LENGTH)
    rows = []
    runs = [("gnlse-python", with_gnlse, r) for r in THEIRS]
    runs += [("physembed", with_ours, r) for r in OURS]
    for code, run, rtol in runs:
        report(f"{code}, rtol {rtol:g}")
        begin = time.process_time()
        power = run(rtol, LENGTH)
        seconds = time.process_time() - begin
        rows.append(
            {"code": code, "rtol": rtol, "error": _off(power, reference), "seconds": seconds}
        )
    refined = []
    for n_points in REFINED:
        report(f"{n_points} points, {SHORT} m")
        theirs = with_gnlse(1e-7, SHORT, n_points)
        differences = {
            name: _off(with_ours(1e-7, SHORT, n_points, is_sampled=is_sampled), theirs)
            for name, is_sampled in (("as it is", False), ("as sampled there", True))
        }
        refined.append({"points": n_points, "differences": differences})
    return {"rows": rows, "refined": refined, "environment": environment_record()}


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


if __name__ == "__main__":
    place = Path(sys.argv[1]) / "supercontinuum.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    record = measure(lambda text: print(text, flush=True))
    write_json_atomically(place, record)
    print(costs(record), refinement(record), sep="\n\n")
