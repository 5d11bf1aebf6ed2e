"""Fibres with what was published of them; a data sheet knows your own better."""

import numpy as np
from numpy.typing import NDArray

from physembed.errors import UnknownNameError
from physembed.optics.dispersion import Dispersion
from physembed.optics.fibre import Fibre
from physembed.optics.spectral_curve import SpectralCurve

FIBRES: dict[str, Fibre] = {
    fibre.name: fibre
    for fibre in (
        Fibre(
            # D = 17 ps/(nm km), slope 0.056 ps/(nm² km)
            # where β₂ is within 0.6 ps²/km of what G.652's formula of D(λ) gives
            Dispersion.taylor(
                ["-21.7 ps^2/km", "0.127 ps^3/km"], "1550 nm", ("1460 nm", "1625 nm")
            ),
            gamma="1.3 /W/km",
            loss="0.19 dB/km",
            name="SMF-28",
            source=(
                "Agrawal, Nonlinear Fiber Optics (2019), sections 1.2 and 2.3; β₃ of the slope "
                "that ITU-T G.652 gives with λ₀ = 1310 nm and S₀ = 0.088 ps/(nm² km)"
            ),
        ),
        Fibre(
            Dispersion.taylor(
                [
                    "-11.830 ps^2/km", "8.1038e-2 ps^3/km", "-9.5205e-5 ps^4/km",
                    "2.0737e-7 ps^5/km", "-5.3943e-10 ps^6/km", "1.3486e-12 ps^7/km",
                    "-2.5495e-15 ps^8/km", "3.0524e-18 ps^9/km", "-1.7140e-21 ps^10/km",
                ],
                "835 nm",
                # over which the codes that are compared by it draw spectra
                ("400 nm", "1400 nm"),
            ),
            gamma="0.11 /W/m",
            name="photonic-crystal-835",
            source=(
                "Dudley, Genty and Coen, Rev. Mod. Phys. 78, 1135 (2006), table and figure 3: the "
                "fibre of the supercontinuum that codes are compared by"
            ),
        ),
        Fibre(
            # one number is cited, of the C band
            Dispersion.taylor(["127 ps^2/km"], "1550 nm", ("1530 nm", "1565 nm")),
            gamma="5 /W/km",
            loss="0.5 dB/km",
            name="dispersion-compensating",
            source="Grüner-Nielsen et al., Journal of Lightwave Technology 23 (2005) 3566",
        ),
        Fibre(
            # D = -0.5 ps/(nm km)
            # one number is cited, of the C band
            Dispersion.taylor(["0.64 ps^2/km"], "1550 nm", ("1530 nm", "1565 nm")),
            gamma="11 /W/km",
            loss="0.8 dB/km",
            name="highly-nonlinear",
            source="Hirano et al., IEEE J. Selected Topics in Quantum Electronics 15 (2009) 103",
        ),
        Fibre(
            Dispersion.taylor(["-50 ps^2/km"], "1550 nm"),
            gamma="0.97 /W/m",
            loss="1 dB/m",
            # no Raman gain of silica's kind has been seen in it
            raman=None,
            name="silicon-nitride",
            source=(
                "a waveguide: Ikeda et al., Optics Express 16 (2008) 12987 (n₂ = 2.4e-19 m²/W, "
                "here in 1 µm²); Liu et al., Nature Communications 12 (2021) 2236 (loss; "
                "dispersion is set by the width)"
            ),
        ),
        Fibre(
            Dispersion.sellmeier(
                (1.03961212, 0.231792344, 1.01046945),
                # roots of 0.00600069867, 0.0200179144 and 103.560653 µm²
                ("0.07746417668832478 um", "0.14148467902921502 um", "10.176475470417055 um"),
                ("0.31 um", "2.5 um"),
            ),
            gamma=0.0,
            raman=None,
            name="BK7",
            source="Schott AG, data sheet N-BK7 517642.251 (2014): bulk glass, dispersion alone",
        ),
        Fibre(
            Dispersion.sellmeier(
                (0.6961663, 0.4079426, 0.8974794),
                ("0.0684043 um", "0.1162414 um", "9.896161 um"),
                ("0.21 um", "3.71 um"),
            ),
            gamma=0.0,
            name="fused-silica",
            source="Malitson, J. Opt. Soc. Am. 55, 1205 (1965): bulk glass, dispersion alone",
        ),
    )
}  # fmt: skip
"""Every fibre of the catalogue by name."""


def _silica_loss(wavelength: NDArray[np.float64]) -> NDArray[np.float64]:
    micrometres = wavelength * 1e6
    infrared = 7.81e11 * np.exp(-48.48 / micrometres)
    return np.asarray(0.8 / micrometres**4 + infrared)


SILICA_LOSS = SpectralCurve.from_formula(_silica_loss, "dB/km", ("0.3 um", "2.2 um"))
"""0.8 dB/km of Rayleigh scattering at 1 µm, as λ⁻⁴, and 7.81e11 dB/km exp(-48.48 µm / λ) of the
infrared: germanium-doped silica without water and bends (Miya et al., Electron. Lett. 15, 106
(1979); Agrawal, Fiber-Optic Communication Systems (2021), section 2.5)."""


def fibre_named(name: str) -> Fibre:
    """A fibre of the catalogue.

    Raises
    ------
    UnknownNameError
        If there is none of that name.

    Examples
    --------
    >>> import physembed.optics as optics
    >>> optics.fibre_named("SMF-28").name
    'SMF-28'
    """
    if name not in FIBRES:
        raise UnknownNameError("fibre", name, list(FIBRES))
    return FIBRES[name]
