"""Closed forms of the master equations, as plain functions of position and z.

Every one is complex128 and follows the sign conventions of the equations: d/dt -> i omega.
"""

from physembed.physics.exact_solutions.condensates import (
    breathing_gaussian,
    coherent_state,
    free_wave_packet,
    plane_wave_packet,
    trap_frequency,
    trap_ground_state,
    trap_width,
)
from physembed.physics.exact_solutions.dissipative import (
    cavity_steady_states,
    chirped_sech,
    laser_plane_wave,
)
from physembed.physics.exact_solutions.pulses import (
    GaussianMoments,
    dispersed_gaussian_moments,
    gaussian_pulse,
    modulation_instability_gain,
    self_phase_modulation,
    talbot_length,
)
from physembed.physics.exact_solutions.solitons import (
    dark_soliton_pair,
    fundamental_soliton,
    manakov_soliton,
    n_soliton_input,
    soliton_period,
    two_soliton,
)

__all__ = [
    "GaussianMoments",
    "breathing_gaussian",
    "cavity_steady_states",
    "chirped_sech",
    "coherent_state",
    "dark_soliton_pair",
    "dispersed_gaussian_moments",
    "free_wave_packet",
    "fundamental_soliton",
    "gaussian_pulse",
    "laser_plane_wave",
    "manakov_soliton",
    "modulation_instability_gain",
    "n_soliton_input",
    "plane_wave_packet",
    "self_phase_modulation",
    "soliton_period",
    "talbot_length",
    "trap_frequency",
    "trap_ground_state",
    "trap_width",
    "two_soliton",
]
