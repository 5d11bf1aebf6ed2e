"""`physembed simulate` draws a real picture and prints numbers that are known in advance."""

import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from physembed.cli._app import app
from physembed.physics import EQUATIONS, POTENTIALS
from physembed.physics.pulses import PULSES
from tests.pictures import colours_of

SOLITON = (
    *("--equation", "nonlinear-schrodinger", "--pulse", "soliton", "-c", "beta2=-1"),
    *("-c", "gamma=1", "--length", "1.5708", "--steps", "1000", "--scheme", "strang"),
    *("--points", "1024", "--window", "40"),
)


@pytest.fixture(autouse=True)
def fresh_consoles(monkeypatch, tmp_path):
    from physembed.cli import _console

    monkeypatch.chdir(tmp_path)
    for console in (_console.standard_output, _console.standard_error):
        console.cache_clear()
    yield
    for console in (_console.standard_output, _console.standard_error):
        console.cache_clear()


def simulate(*arguments):
    return CliRunner().invoke(app, ["simulate", *(str(argument) for argument in arguments)])


def numbers(output, quantity):
    line = next(line for line in output.splitlines() if line.startswith(quantity))
    return [float(word) for word in line.removeprefix(quantity).split()[:3]]


def n_colours(path):
    return len(colours_of(path))


@pytest.mark.slow
def test_the_soliton_leaves_as_it_entered(tmp_path):
    result = simulate(*SOLITON, "--out", tmp_path / "soliton.png")
    assert result.exit_code == 0, result.output
    # sech(t): energy 2, peak 1, rms width pi / sqrt(12), of the spectrum 1 / sqrt(3)
    assert numbers(result.output, "energy") == pytest.approx([2, 2, 2], abs=1e-5)
    assert numbers(result.output, "peak intensity") == pytest.approx([1, 1, 1], abs=1e-5)
    assert numbers(result.output, "rms width  ") == pytest.approx([0.906900] * 3, abs=1e-5)
    assert numbers(result.output, "rms width of the spectrum") == pytest.approx(
        [0.577350] * 3, abs=1e-5
    )
    assert "B-integral  1.571 rad" in result.output
    assert str(tmp_path / "soliton.png") in result.output
    assert "Warning" not in result.output
    # two maps of many shades
    assert n_colours(tmp_path / "soliton.png") > 200


@pytest.mark.slow
def test_without_arguments_a_third_order_soliton_is_drawn(tmp_path):
    result = simulate()
    assert result.exit_code == 0, result.output
    entered, left, largest = numbers(result.output, "peak intensity")
    assert (entered, left) == pytest.approx((9, 9), abs=0.01)
    assert largest > 50
    assert n_colours(tmp_path / "simulation.png") > 200


@pytest.mark.slow
@pytest.mark.parametrize("equation", EQUATIONS)
def test_every_equation_shows_something(equation, tmp_path):
    result = simulate("--equation", equation, "--steps", 40, "--length", 0.01)
    assert result.exit_code == 0, result.output
    assert n_colours(tmp_path / "simulation.png") > 100


def test_loss_is_that_of_the_coefficient(tmp_path):
    result = simulate(
        *("--pulse", "gaussian", "-c", "alpha=0.5", "-c", "gamma=0", "--length", 2),
        *("--window", 60, "--steps", 10, "--out", "loss.svg"),
    )
    assert result.exit_code == 0, result.output
    entered, left, _ = numbers(result.output, "energy")
    assert left / entered == pytest.approx(np.exp(-1), rel=1e-4)
    assert (tmp_path / "loss.svg").read_text("utf-8").startswith("<?xml")


def test_a_sum_of_potentials_takes_the_coefficients_of_both():
    result = simulate(
        *("--equation", "gross-pitaevskii", "--potential", "harmonic-trap+optical-lattice"),
        *("-c", "trap_strength=0.4", "--period", 3, "--length", 0.1, "--steps", 20),
    )
    assert result.exit_code == 0, result.output
    assert "trap_strength = 0.4, lattice_strength = 0.5" in result.output


def test_undersampling_is_one_clear_sentence_each():
    result = simulate("--window", 4, "--points", 64, "--steps", 10)
    assert result.exit_code == 0, result.output
    warned = [line for line in result.stderr.splitlines() if line.startswith("Warning: ")]
    assert len(warned) == len(set(warned)) == 3
    for option in ("--window", "--points", "--steps"):
        assert any(option in line for line in warned)


def test_what_no_number_of_steps_follows_has_another_remedy():
    result = simulate("--amplitude", 1e8, "--points", 64, "--steps", 10)
    assert result.exit_code == 0, result.output
    assert "no number of --steps would do: lower --amplitude, a coefficient or" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--equation", "nonlinear"), "unknown equation 'nonlinear'. Did you mean"),
        (("--pulse", "solitn"), "unknown pulse 'solitn'. Did you mean 'soliton'?"),
        (("--scheme", "strong"), "unknown scheme 'strong'. Did you mean 'strang'?"),
        (("-c", "beta_2=1"), "'beta_2'. Did you mean 'beta2'?"),
        (("-c", "beta2"), "-c must be NAME=VALUE with a number, such as -c beta2=-1; got 'beta2'"),
        (("-c", "beta2=x"), "got 'beta2=x'"),
        (("-c", "beta2=nan"), "'beta2' must be finite, got nan"),
        (("--points", 1), "points must be an integer of at least 2, got 1"),
        (("--length", -1), "length must be a positive number, got -1.0"),
        (("--width", 0), "width must be a positive number, got 0.0"),
        (("--out", "picture.bmp"), "--out must end in .png, .pdf or .svg; got 'picture.bmp'"),
        (("--equation", "gross-pitaevskii", "--potential", "trap"), "unknown potential 'trap'"),
        (
            ("--equation", "complex-ginzburg-landau", "-c", "gain=3e3", "--steps", 50),
            "or take more steps",
        ),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(arguments, message, tmp_path):
    result = simulate(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_picture_is_not_replaced_unasked(tmp_path):
    (tmp_path / "simulation.png").write_text("mine")
    result = simulate("--steps", 10)
    assert result.exit_code == 2
    assert "simulation.png exists; choose another --out, or pass --overwrite" in result.stderr
    assert (tmp_path / "simulation.png").read_text() == "mine"
    assert simulate("--steps", 10, "--overwrite").exit_code == 0
    assert n_colours(tmp_path / "simulation.png") > 100


def test_the_list_names_everything(tmp_path):
    result = simulate("--list")
    assert result.exit_code == 0
    for name in (*EQUATIONS, *(p for p in POTENTIALS if p != "sum"), *PULSES, "nonlinear_loss"):
        assert name in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["simulate", "doctor"])
def test_importing_the_command_loads_nothing_heavy(command):
    code = (
        f"import sys, physembed.cli.{command}; "
        "sys.exit(bool({'torch', 'numpy', 'matplotlib', 'rich.table'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_real_field_has_a_short_name_and_tells_the_fields_there_are(tmp_path):
    result = simulate("--equation", "wave", "--steps", 10, "--out", tmp_path / "wave.png")
    assert result.exit_code == 0, result.output
    assert "fields        u, v" in result.output and "B-integral" not in result.output
    assert n_colours(tmp_path / "wave.png") > 50


@pytest.mark.slow
def test_what_a_fibres_series_is_not_good_for_is_told(tmp_path):
    light = ("--fibre", "SMF-28", "--pulse", "sech 1 ps 1 W 1310 nm", "--length", "1 cm")
    result = simulate(*light, "--out", tmp_path / "light.png")
    assert result.exit_code == 0, result.output
    told = " ".join(result.output.split())
    assert (
        told.count("is asked for at 1310 nm") == 1 and "one or more to each of 100 frames" in told
    )


@pytest.mark.slow
def test_a_fibre_of_ones_own_numbers(tmp_path):
    """SMF-28's numbers, typed, are SMF-28."""
    arrays = {}
    for fibre in ("SMF-28", "1.3 /W/km, -21.7 ps^2/km, 0.127 ps^3/km, 0.19 dB/km"):
        result = simulate(
            *("--fibre", fibre, "--pulse", "sech 1 ps 1 W 1550 nm", "--length", "10 m"),
            *("--points", "1024", "--window", "20 ps", "--out", tmp_path / fibre[:3]),
        )
        assert result.exit_code == 0, result.output
        called = "SMF-28 (Agrawal" if fibre == "SMF-28" else "your own"
        assert f"fibre {called}" in " ".join(result.output.split())
        arrays[fibre] = np.load(tmp_path / fibre[:3] / "fields.npz")["field"]
    one, other = arrays.values()
    np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_a_fibre_of_the_catalogue_in_si(tmp_path):
    """A metre spreads 100 fs, a soliton of order 0.44, until little of its peak is left."""
    result = simulate(
        *("--fibre", "SMF-28", "--pulse", "sech 100 fs 1 kW 1550 nm", "--length", "1 m"),
        *("--points", "2048", "--window", "20 ps", "--rtol", "1e-5", "--out", tmp_path / "out"),
    )
    assert result.exit_code == 0, result.output
    assert "soliton number  0.4391" in result.output
    told = " ".join(result.output.split())
    assert "alpha = 4.375e-05 1/m, gamma = 0.0013 1/(W m), raman_fraction = 0.18, shock" in told
    arrays = np.load(tmp_path / "out" / "fields.npz")
    power = np.abs(arrays["field"]) ** 2
    assert arrays["z"][-1] == 1.0
    assert power[0].max() == pytest.approx(1000.0)
    assert power[-1].max() < 300
    # 0.19 dB/km of loss, and what the Raman effect takes
    assert power[-1].sum() == pytest.approx(power[0].sum(), rel=2e-3)
    assert n_colours(tmp_path / "out" / "evolution.png") > 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fibre", "SMF-28"), "--fibre needs --pulse and --length"),
        (("--length", "10 m"), "--length must be a number"),
        (
            ("--fibre", "SMF-28", "--steps", 100, "--scheme", "lie"),
            "--steps, --scheme cannot be given with --fibre",
        ),
        (
            ("--fibre", "SMF29", "--pulse", "sech 1 ps 1 W 1 um", "--length", "1 m"),
            "Did you mean 'SMF-28'",
        ),
        (
            ("--fibre", "17 ps/(nm km)", "--pulse", "sech 1 ps 1 W 1 um", "--length", "1 m"),
            "write β₂ = -D λ² / (2π c)",
        ),
    ],
)
def test_a_fibre_that_cannot_be_is_named(arguments, message):
    result = simulate(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
