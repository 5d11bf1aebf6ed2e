"""Media computed together under torch.vmap: the fields and the gradients of each alone."""

import pytest
import torch

import physembed as pe

N_POINTS = 96


def medium(number: int) -> pe.Medium:
    start = [0.3 + 0.1 * number, 0.2]
    return pe.Medium(
        pe.NonlinearSchrodinger(),
        pe.TimeGrid(N_POINTS, 1.0),
        {"beta2": pe.Trainable(start), "gamma": pe.Trainable(0.1 * (number + 1), shared=True)},
        n_layers=2,
    )


@pytest.mark.parametrize("n_cases", [1, 5, 200])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_member_does_not_know_of_the_others(n_cases: int, threads: int) -> None:
    """Bit by bit: a member's rows are shared out, and its sums taken, as if it were alone."""
    media = [medium(number) for number in range(3)]
    generator = torch.Generator().manual_seed(0)
    shape = (3, n_cases, 1, N_POINTS)
    fields = torch.randn(shape, dtype=torch.complex64, generator=generator)
    weights = torch.rand(N_POINTS, generator=generator)
    parameters, buffers = torch.func.stack_module_state(media)

    def propagated(parameters: dict, buffers: dict, field: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(media[0], (parameters, buffers), (field,))

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        together = torch.vmap(propagated)(parameters, buffers, fields)
        (together.abs() ** 2 @ weights).sum().backward()
        alone = [one(field) for one, field in zip(media, fields, strict=True)]
        for out in alone:
            (out.abs() ** 2 @ weights).sum().backward()
    finally:
        torch.set_num_threads(before)
    for number, one in enumerate(media):
        assert torch.equal(together[number], alone[number])
        for name, parameter in one.named_parameters():
            assert torch.equal(parameters[name].grad[number], parameter.grad)
