"""Closed forms, with the equation that each solves."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

import physembed as pe
from physembed.physics import exact_solutions as exact

LINE = pe.TimeGrid(1024, spacing=0.1)


FIBRE = pe.NonlinearSchrodinger()


TRAP = pe.GrossPitaevskii()


LASER = pe.ComplexGinzburgLandau()


CAVITY = pe.LugiatoLefever()


PLANE = pe.PlaneGrid(96, 128, spacing=0.25)


@dataclass(frozen=True)
class Closed:
    equation: pe.MasterEquation
    coefficients: dict[str, float]
    solution: Callable[[float], torch.Tensor]
    grid: pe.TimeGrid | pe.PlaneGrid = LINE


T = LINE.t


BRIGHT = {"beta2": -0.8, "gamma": 1.3}


WELL = {"strength": 0.4, "kinetic": 0.9}


MODE_LOCKED = {
    "gain": 0.2,
    "loss": 0.5,
    "beta2": -1.0,
    "gamma": 1.0,
    "filtering": 0.1,
    "nonlinear_loss": -0.3,
}


PULSED = {
    "gain": 2.6,
    "loss": 0.2,
    "beta2": -1.0,
    "gamma": 0.4,
    "filtering": 0.9,
    "nonlinear_loss": 0.3,
}


LASING = {
    "gain": 1.1,
    "loss": 0.3,
    "saturation": 0.7,
    "nonlinear_loss": 0.15,
    "beta2": -0.6,
    "gamma": 0.9,
    "filtering": 0.4,
}


HARMONIC = float(LINE.omega[3])


SOLUTIONS: dict[str, Closed] = {
    "fundamental soliton": Closed(
        FIBRE,
        BRIGHT,
        lambda z: exact.fundamental_soliton(
            T, z, **BRIGHT, duration=0.9, frequency=1.1, centre=-0.7
        ),
    ),
    "two-soliton": Closed(FIBRE, BRIGHT, lambda z: exact.two_soliton(T, z, **BRIGHT, duration=1.4)),
    "dark soliton pair": Closed(
        FIBRE,
        {"beta2": 0.7, "gamma": 1.2},
        lambda z: exact.dark_soliton_pair(
            T, z, beta2=0.7, gamma=1.2, amplitude=1.1, separation=LINE.window / 2
        ),
    ),
    "Gaussian": Closed(
        FIBRE,
        {"beta2": 0.8, "gamma": 0.0},
        lambda z: exact.gaussian_pulse(T, z, beta2=0.8, duration=1.2),
    ),
    "chirped Gaussian": Closed(
        FIBRE,
        {"beta2": -0.8, "gamma": 0.0},
        lambda z: exact.gaussian_pulse(T, z, beta2=-0.8, duration=1.2, chirp=1.5),
    ),
    "self-phase modulation": Closed(
        FIBRE,
        {"alpha": 0.4, "beta2": 0.0, "gamma": 1.7},
        lambda z: exact.self_phase_modulation(
            exact.gaussian_pulse(T, 0.4, beta2=1.0), z, gamma=1.7, alpha=0.4
        ),
    ),
    "Manakov soliton": Closed(
        pe.CoupledNonlinearSchrodinger(),
        BRIGHT | {"cross": 1.0},
        lambda z: exact.manakov_soliton(T, z, angle=0.6, phase=1.0, **BRIGHT, frequency=-0.4),
    ),
    "ground state of the trap": Closed(
        TRAP, WELL | {"g": 0.0}, lambda z: exact.trap_ground_state(T, z, **WELL)
    ),
    "coherent state": Closed(
        TRAP, WELL | {"g": 0.0}, lambda z: exact.coherent_state(T, z, displacement=2.1, **WELL)
    ),
    "breathing Gaussian": Closed(
        TRAP, WELL | {"g": 0.0}, lambda z: exact.breathing_gaussian(T, z, width=1.9, **WELL)
    ),
    "free wave packet": Closed(
        TRAP,
        {"strength": 0.0, "kinetic": 0.7, "g": 0.0},
        lambda z: exact.free_wave_packet(T, z, kinetic=0.7, width=1.3, wavenumber=1.2, centre=-3.0),
    ),
    "free wave packet in the plane": Closed(
        TRAP,
        {"strength": 0.0, "kinetic": 0.7, "g": 0.0},
        lambda z: exact.plane_wave_packet(
            PLANE.y,
            PLANE.x,
            z,
            kinetic=0.7,
            widths=(1.1, 1.6),
            wavenumbers=(1.0, -0.6),
            centres=(-1.0, 2.0),
        ),
        PLANE,
    ),
    "plane wave of a laser": Closed(
        LASER, LASING, lambda z: exact.laser_plane_wave(T, z, **LASING, frequency=HARMONIC)
    ),
    "chirped sech, gain below loss": Closed(
        LASER, MODE_LOCKED, lambda z: exact.chirped_sech(T, z, **MODE_LOCKED)
    ),
    "chirped sech, gain above loss": Closed(
        LASER, PULSED, lambda z: exact.chirped_sech(T, z, **PULSED)
    ),
}
