"""Several media as one batch: the separate runs, to rounding."""

import pytest
import torch
from adjoints import HAND_WRITTEN, gradients, largest_error
from cases import NAMES, PLANE, case, random_field, relative_error

import physembed as pe
from physembed.propagation import SCHEMES

N_MEMBERS = 3


def member_values(name: str, n_layers: int) -> dict[str, torch.Tensor]:
    """Of every member and layer its own."""
    factors = 1 - 0.1 * torch.arange(N_MEMBERS * n_layers, dtype=torch.float64)
    factors = factors.reshape(N_MEMBERS, n_layers)
    return {k: v * factors for k, v in case(name).coefficients.items()}


NOTICED_ELSEWHERE = pytest.mark.filterwarnings(
    "ignore:gradient=.* is not to be had:physembed.propagation.gradients.GradientNotice"
)
"""What is taken instead is tested here, the notice in test_reversal."""


def fields(name: str, members: int, rows: int = 2) -> torch.Tensor:
    channels = (2,) if case(name).equation.needs_channels else ()
    return 0.5 * random_field(members, rows, *channels, *case(name).grid.shape)


def separately(
    name: str,
    field: torch.Tensor,
    values: dict[str, torch.Tensor],
    gradient: str,
    **options: object,
) -> dict[str, torch.Tensor]:
    """The gradients of one run per member, stacked."""
    weights = []
    for k in range(N_MEMBERS):
        of_member = {key: v if v.ndim < 2 else v[k] for key, v in values.items()}
        # one value for all layers has no axis where there are no members
        of_member = {key: v[0] if v.ndim and v.shape[0] == 1 else v for key, v in of_member.items()}
        one = field[k if field.shape[0] > 1 else 0]
        leaves = {key: v.clone().requires_grad_() for key, v in of_member.items()}
        one = one.clone().requires_grad_()
        out = case(name).run(one, coefficients=leaves, gradient=gradient, **options)
        out.abs().pow(4).sum().backward()
        weights.append({"out": out.detach(), "field": one.grad})
        weights[-1] |= {key: v.grad.reshape(-1) for key, v in leaves.items()}
    return {key: torch.stack([w[key] for w in weights]) for key in weights[0]}


@NOTICED_ELSEWHERE
@pytest.mark.parametrize("gradient", ["autograd", *HAND_WRITTEN])
@pytest.mark.parametrize("name", NAMES)
def test_members_are_separate_runs(name: str, gradient: str) -> None:
    if gradient == "reversible" and not case(name).equation.is_conservative:
        gradient = "stored"
    field, values = fields(name, N_MEMBERS), member_values(name, 2)
    options = {"layer_length": 0.2, "scheme": "strang"}
    leaves = {k: v.requires_grad_() for k, v in values.items()}
    entered = field.requires_grad_()
    out = case(name).run(entered, coefficients=leaves, gradient=gradient, **options)
    out.abs().pow(4).sum().backward()
    values = {k: v.detach() for k, v in values.items()}
    apart = separately(name, field.detach(), values, gradient, **options)
    # sums in another order
    torch.testing.assert_close(out, apart["out"], rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(entered.grad, apart["field"], rtol=1e-11, atol=1e-11)
    for key, leaf in leaves.items():
        torch.testing.assert_close(leaf.grad, apart[key], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("differing", ["beta2", "gamma", "kinetic", "strength"])
def test_only_some_coefficients_differ(
    differing: str, gradient: str, scheme: str, dtype: torch.dtype
) -> None:
    """One table is then the same for all members; the others are scalars or one per layer."""
    name = "nonlinear-schrodinger" if differing in ("beta2", "gamma") else "gross-pitaevskii"
    values = {k: torch.tensor(v, dtype=torch.float64) for k, v in case(name).coefficients.items()}
    last = list(values)[-1]
    values[last] = values[last] * torch.tensor([1.0, 0.8])
    values[differing] = member_values(name, 1)[differing]
    field = fields(name, 1)
    options = {"layer_length": 0.2, "scheme": scheme}
    expected = gradients(case(name), field, values, "autograd", **options)
    slopes = gradients(case(name), field.to(dtype), values, gradient, **options)
    # rounding of a few passes in single and in double precision
    limit = {torch.complex64: 1e-5, torch.complex128: 1e-12}[dtype]
    assert largest_error(slopes, expected) < limit


@pytest.mark.parametrize("gradient", ["autograd", *HAND_WRITTEN])
@pytest.mark.parametrize("name", ["nonlinear-schrodinger", "gross-pitaevskii/plane"])
def test_one_field_serves_all_members(name: str, gradient: str) -> None:
    field, values = fields(name, 1), member_values(name, 2)
    every = field.expand(N_MEMBERS, *field.shape[1:])
    one = gradients(case(name), field, values, gradient)
    all_of_them = gradients(case(name), every, values, gradient)
    all_of_them["field"] = all_of_them["field"].sum(dim=0, keepdim=True)
    assert largest_error(one, all_of_them) < 1e-12


@pytest.mark.parametrize("gradient", ["autograd", *HAND_WRITTEN])
def test_layers_noise_and_inverse_of_members(gradient: str) -> None:
    """A seed gives every member the noise that it has alone."""
    name = "gross-pitaevskii"
    field, values = fields(name, N_MEMBERS), member_values(name, 2)
    for options in (
        {"return_layers": True},
        {"noise": pe.Noise(0.1, seed=1)},
        {"inverse": True},
        {"inverse": True, "return_layers": True},
    ):
        together = case(name).run(field, coefficients=values, gradient=gradient, **options)
        layers = "return_layers" in options
        for k in range(N_MEMBERS):
            of_member = {key: v[k] for key, v in values.items()}
            alone = case(name).run(field[k], coefficients=of_member, gradient=gradient, **options)
            among_others = together[:, k] if layers else together[k]
            torch.testing.assert_close(among_others, alone, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "changes", "message"),
    [
        ((2, 64), {}, "first axis of field must have length 3, one field per member .* or 1"),
        ((64,), {}, r"got shape \(64,\)"),
        ((3, 64), {"gamma": torch.ones(2, 2)}, "disagree on the number of members"),
        ((3, 64), {"gamma": torch.ones(3, 5)}, "disagree on the number of layers"),
        ((3, 64), {"gamma": torch.ones(5)}, "disagree on the number of layers"),
        ((3, 64), {"gamma": torch.ones(3, 2, 1)}, r"\(n_members, n_layers\) for an ensemble"),
        ((3, 64), {"gamma": torch.ones(3, 0)}, "must have shape"),
    ],
)
def test_ensembles_that_do_not_fit_are_named(
    shape: tuple[int, ...], changes: dict[str, torch.Tensor], message: str
) -> None:
    values = {"beta2": torch.full((3, 2), -0.4)} | changes
    with pytest.raises(pe.InvalidInputError, match=message):
        case("nonlinear-schrodinger").run(random_field(*shape), coefficients=values)


def medium(equation: pe.MasterEquation, grid: pe.TimeGrid | pe.PlaneGrid, **start: float) -> object:
    settings = {k: pe.Trainable(v) for k, v in start.items()}
    return pe.Medium(equation, grid, settings, n_layers=3, scheme="strang")


MEDIA = {
    "fibre": medium(pe.NonlinearSchrodinger(), pe.TimeGrid(48, 0.3), beta2=0.3, gamma=0.2),
    "trap": medium(pe.GrossPitaevskii(), PLANE, kinetic=0.3, g=0.2, strength=0.4, centre=0.1),
    "modes": medium(
        pe.CoupledNonlinearSchrodinger(), pe.TimeGrid(48, 0.3), beta2=0.3, gamma=0.2, cross=0.4
    ),
}


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("which", MEDIA)
def test_vmap_over_the_coefficients_of_a_medium(which: str, dtype: torch.dtype) -> None:
    """Values, the gradient of the whole batch, and a gradient per member."""
    module = MEDIA[which]
    field = 0.5 * random_field(4, 2, *module.grid.shape, dtype=dtype)
    factors = torch.tensor([1.0, 1.2, 0.7])[:, None]
    starts = {k: (v.detach() * factors) for k, v in module.named_parameters()}

    def run(values: dict[str, torch.Tensor], field: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(module, values, (field,))

    def loss(values: dict[str, torch.Tensor], field: torch.Tensor) -> torch.Tensor:
        return run(values, field).abs().pow(4).sum()

    expected, slopes = [], []
    for k in range(3):
        of_member = {key: v[k].clone().requires_grad_() for key, v in starts.items()}
        expected.append(run(of_member, field))
        slopes.append(torch.autograd.grad(loss(of_member, field), list(of_member.values())))
    expected = torch.stack(expected).detach()
    slopes = [torch.stack(slope) for slope in zip(*slopes, strict=True)]

    def near(under_vmap: torch.Tensor, slope: torch.Tensor) -> None:
        # the parameters, and so their gradients, are in single precision
        assert relative_error(under_vmap, slope) < 1e-5

    mapped = torch.vmap(run, (0, None))(starts, field)
    torch.testing.assert_close(mapped, expected, rtol=1e-5, atol=1e-6)
    # a field per member
    each = torch.vmap(run)(starts, torch.stack([field, field.flip(0), field]))
    torch.testing.assert_close(each[1].flip(0), expected[1], rtol=1e-5, atol=1e-6)
    # from outside of vmap
    leaves = {k: v.clone().requires_grad_() for k, v in starts.items()}
    torch.vmap(loss, (0, None))(leaves, field).sum().backward()
    for leaf, slope in zip(leaves.values(), slopes, strict=True):
        near(leaf.grad, slope)
    # and within
    per_member = torch.vmap(torch.func.grad(loss), (0, None))(starts, field)
    for under_vmap, slope in zip(per_member.values(), slopes, strict=True):
        near(under_vmap, slope)
    per_member = torch.vmap(torch.func.grad(loss), (0, None), chunk_size=2)(starts, field)
    for under_vmap, slope in zip(per_member.values(), slopes, strict=True):
        near(under_vmap, slope)
    # a gradient per case and member, which add up to those of the batch
    per_case = torch.vmap(torch.vmap(torch.func.grad(loss), (None, 0)), (0, None))(
        starts, field[:, None]
    )
    for under_vmap, slope in zip(per_case.values(), slopes, strict=True):
        assert under_vmap.shape[:2] == (3, 4)
        near(under_vmap.sum(dim=1), slope)


def test_jacobians_and_second_derivatives_under_torch_func() -> None:
    module = MEDIA["fibre"]
    field = 0.5 * random_field(1, 1, 48)
    values = {k: v.detach() for k, v in module.named_parameters()}

    def intensity(values: dict[str, torch.Tensor]) -> torch.Tensor:
        return torch.func.functional_call(module, values, (field,)).abs().square()[0, 0, :5]

    jacobian = torch.func.jacrev(intensity)(values)
    for k in range(5):
        leaves = {key: v.clone().requires_grad_() for key, v in values.items()}
        slopes = torch.autograd.grad(intensity(leaves)[k], list(leaves.values()))
        for a, b in zip(jacobian.values(), slopes, strict=True):
            torch.testing.assert_close(a[k], b, rtol=1e-5, atol=1e-7)
    with pytest.raises(pe.InvalidInputError, match='gradient must be "autograd"'):
        torch.func.jacrev(torch.func.jacrev(intensity))(values)
    forward = torch.func.jacfwd(intensity)(values)
    for key, slope in forward.items():
        torch.testing.assert_close(slope.float(), jacobian[key], rtol=1e-4, atol=1e-6)


@NOTICED_ELSEWHERE
@pytest.mark.parametrize("gradient", ["auto", *HAND_WRITTEN])
def test_propagate_under_torch_func(gradient: str) -> None:
    field = random_field(3, 64)

    def loss(gamma: torch.Tensor, way: str = "autograd") -> torch.Tensor:
        medium = {"coefficients": {"gamma": gamma}, "scheme": "strang"}
        return case("nonlinear-schrodinger").run(field, gradient=way, **medium).abs().pow(4).sum()

    gamma = torch.tensor([0.3, 0.2], dtype=torch.float64)
    expected = torch.autograd.functional.jacobian(loss, gamma)
    slope = torch.func.grad(lambda g: loss(g, gradient))(gamma)
    torch.testing.assert_close(slope, expected, rtol=1e-12, atol=1e-12)
