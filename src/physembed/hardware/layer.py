"""A black box as a layer of a network: physics-aware training."""

from collections import deque
from collections.abc import Mapping

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from physembed._checks import check_integer
from physembed.errors import HardwareError, InvalidInputError, UnknownNameError
from physembed.hardware.box import Apply, BlackBox, Kind
from physembed.hardware.disturbances import Disturbances

Pair = tuple[Tensor, dict[str, Tensor], Tensor]
"""Inputs, controls and outputs of one call of a box."""


class Hardware(nn.Module):
    """A box that computes and a model that has derivatives, as one layer.

    Forward, the inputs go through the box: y = f(x, θ), with all that is wrong with it. Backward,
    the gradient goes through the model at the same inputs and controls, ∂L/∂y · ∂m/∂(x, θ), so that
    the model need not be right but only point the right way. Every call is recorded, and
    :meth:`calibrate` fits the model's own parameters to the last of them.

    Parameters
    ----------
    apply : callable or None
        ``apply(inputs, controls)`` with numpy arrays: see :class:`BlackBox`. A function, a
        :class:`SocketLink` or a :class:`FolderLink`. None: there is only the model, in silico.
    model : Module
        ``model(inputs, controls)`` with tensors and a dict of tensors; its parameters, if it has
        any, are what is not known of the box: gains, offsets, a dispersion.
    controls : mapping of str to array_like
        What can be set at the box, and where training starts.
    limits : mapping of str to (float, float), optional
        Between which a control can be set; beyond, it is set to the limit.
    disturbances : Disturbances or None, default=None
        Added to the model where it stands for the box, while it is trained.
    disturbed_in_eval : bool, default=False
        Whether also in ``eval()``, to measure what noise does.
    timeout : float or None, default=None
        See :class:`BlackBox`.
    retries : int, default=2
    n_recorded : int, default=512
        Cases that are remembered, on the CPU.
    seed : int, default=0
        Of the disturbances.

    Attributes
    ----------
    controls : ParameterDict
    box : BlackBox or None

    References
    ----------
    Wright et al., Nature 601, 549 (2022).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> from physembed.hardware import SimulatedLab, SpectralLine
    >>> lab = SimulatedLab(SpectralLine(64, n_bins=8))  # or any function of arrays
    >>> layer = pe.Hardware(lab, SpectralLine(64, n_bins=8), {"phase": torch.zeros(12)})
    >>> out = layer(torch.sin(torch.arange(64) / 3)[None])  # forward through the box
    >>> out.sum().backward()  # backward through the model
    >>> layer.controls["phase"].grad.shape
    torch.Size([12])
    """

    def __init__(
        self,
        apply: Apply | None,
        model: nn.Module,
        controls: Mapping[str, ArrayLike | Tensor],
        *,
        limits: Mapping[str, tuple[float, float]] | None = None,
        disturbances: Disturbances | None = None,
        disturbed_in_eval: bool = False,
        timeout: float | None = None,
        retries: int = 2,
        n_recorded: int = 512,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if not isinstance(model, nn.Module):
            raise InvalidInputError(f"model must be a torch.nn.Module, got {model!r}.")
        check_integer("n_recorded", n_recorded, least=1)
        check_integer("seed", seed)
        _check_names(controls)
        self.box = None if apply is None else BlackBox(apply, timeout=timeout, retries=retries)
        self.model = model
        self.controls = nn.ParameterDict(
            {name: nn.Parameter(_real(name, value)) for name, value in controls.items()}
        )
        self.limits = dict(limits or {})
        for name, (low, high) in self.limits.items():
            if name not in self.controls:
                raise UnknownNameError("control", name, list(self.controls))
            if not low < high:
                raise InvalidInputError(f"limits of {name!r} must grow, got {low!r} to {high!r}.")
        if disturbances is not None and isinstance(disturbances.controls, Mapping):
            for name in disturbances.controls:
                if name not in self.controls:
                    raise UnknownNameError("control", name, list(self.controls))
        self.disturbances, self.disturbed_in_eval = disturbances, disturbed_in_eval
        self.n_recorded = n_recorded
        self.recorded: deque[Pair] = deque()
        self._generator = torch.Generator().manual_seed(seed)

    def settings(self) -> dict[str, Tensor]:
        """The controls as they are set, within their limits; gradients pass the limits."""
        values = {}
        for name, value in self.controls.items():
            if name in self.limits:
                inside = value.detach().clamp(*self.limits[name])
                value = inside + (value - value.detach())  # noqa: PLW2901
            values[name] = value
        return values

    def forward(self, inputs: Tensor) -> Tensor:
        settings = self.settings()
        if self.box is None:
            return self._in_silico(inputs, settings)
        if not torch.is_grad_enabled() and self.box.kind is not None:
            answer = self._through_the_box(inputs, settings, self.box.kind)
            precision = _precision(inputs)
            return answer.to(precision.to_complex() if answer.is_complex() else precision)
        predicted = self._modelled(inputs, settings)
        finite = predicted.detach().isfinite().reshape(len(inputs), -1).all(dim=1)
        if not bool(finite.all()):
            raise HardwareError(
                f"the model, not the box, returned NaN or infinity in {int((~finite).sum())} of "
                f"{len(inputs)} cases."
            )
        kind = Kind(tuple(predicted.shape[1:]), predicted.is_complex())
        answer = self._through_the_box(inputs, settings, kind)
        # predicted - predicted is exactly nothing, and has the model's derivative
        return answer.to(predicted) + (predicted - predicted.detach())

    def _modelled(self, inputs: Tensor, settings: dict[str, Tensor]) -> Tensor:
        """The model, whose own parameters no loss but that of :meth:`calibrate` moves."""
        held = {name: value.detach() for name, value in self.model.named_parameters()}
        return torch.func.functional_call(self.model, held, (inputs, settings))

    def _in_silico(self, inputs: Tensor, settings: dict[str, Tensor]) -> Tensor:
        extra = self.disturbances
        if extra is None or not (self.training or self.disturbed_in_eval):
            return self._modelled(inputs, settings)
        disturbed = extra.of_controls(settings, self._generator)
        entered = extra.of_inputs(inputs, self._generator)
        return extra.of_outputs(self._modelled(entered, disturbed), self._generator)

    def _through_the_box(self, inputs: Tensor, settings: dict[str, Tensor], kind: Kind) -> Tensor:
        assert self.box is not None
        entered = inputs.detach().cpu()
        at = {name: value.detach().cpu().clone() for name, value in settings.items()}
        controls = {name: value.double().numpy() for name, value in at.items()}
        left = torch.from_numpy(self.box(entered.numpy(), controls, expected=kind))
        self.recorded.append((entered.clone(), at, left))
        while sum(len(x) for x, _, _ in self.recorded) > self.n_recorded and len(self.recorded) > 1:
            self.recorded.popleft()
        return left.to(inputs.device)

    def memory(self) -> dict[str, Tensor]:
        """What is not in the ``state_dict``: the recorded pairs, and where the draws stand."""
        tensors = {"generator": self._generator.get_state()}
        for k, (entered, at, left) in enumerate(self.recorded):
            tensors |= {f"{k}.inputs": entered, f"{k}.outputs": left}
            tensors |= {f"{k}.control.{name}": value for name, value in at.items()}
        return tensors

    def remember(self, memory: Mapping[str, Tensor]) -> None:
        """Take over what :meth:`memory` gave."""
        pairs: deque[Pair] = deque()
        while f"{len(pairs)}.inputs" in memory:
            k = len(pairs)
            at = {name: memory[f"{k}.control.{name}"] for name in self.controls}
            pairs.append((memory[f"{k}.inputs"], at, memory[f"{k}.outputs"]))
        self._generator.set_state(memory["generator"])
        self.recorded = pairs

    def model_error(self) -> float:
        """Root mean square of model less box over the recorded pairs, relative to the box's."""
        with torch.no_grad():
            return float(self._misfit().sqrt())

    def calibrate(self, n_iterations: int = 10) -> tuple[float, float]:
        """Fit the model's parameters to the recorded pairs.

        Σ |m(x, θ) - y|² / Σ |y - ȳ|² by L-BFGS; where it does not fall, they are left as they were.

        Returns
        -------
        (float, float)
            :meth:`model_error` before and after.
        """
        check_integer("n_iterations", n_iterations, least=1)
        parameters = list(self.model.parameters())
        before = self.model_error()
        if not parameters:
            return before, before
        as_they_were = [p.detach().clone() for p in parameters]
        # the parameters that training holds still are those that are fitted here
        descent = torch.optim.LBFGS(
            parameters, max_iter=n_iterations, line_search_fn="strong_wolfe"
        )

        def closure() -> Tensor:
            descent.zero_grad()
            misfit = self._misfit(fit=True)
            misfit.backward()
            return misfit

        with torch.enable_grad():
            descent.step(closure)
        descent.zero_grad()
        after = self.model_error()
        if not after < before:
            with torch.no_grad():
                for parameter, value in zip(parameters, as_they_were, strict=True):
                    parameter.copy_(value)
            return before, before
        return before, after

    def _misfit(self, *, fit: bool = False) -> Tensor:
        if not self.recorded:
            raise InvalidInputError("nothing is recorded yet; send inputs through the box first.")
        run = self.model if fit else self._modelled
        every = torch.cat([left for _, _, left in self.recorded])
        spread = (every - every.mean(dim=0)).abs().square().sum()
        total = torch.zeros((), dtype=torch.float64)
        held = [*self.model.parameters(), *self.model.buffers()]
        device = held[0].device if held else None
        for inputs, settings, left in self.recorded:
            at = {name: value.to(device) for name, value in settings.items()}
            predicted = run(inputs.to(device), at)
            total = total + (predicted - left.to(predicted)).abs().square().sum().double().cpu()
        return total / spread.double().clamp(min=1e-300)


def _real(name: str, value: ArrayLike | Tensor) -> Tensor:
    tensor = torch.as_tensor(value)
    if tensor.is_complex() or not bool(torch.isfinite(tensor.double()).all()):
        raise InvalidInputError(f"control {name!r} must be finite real numbers, got {value!r}.")
    return tensor.detach().clone().to(torch.get_default_dtype())


def _check_names(controls: Mapping[str, ArrayLike | Tensor]) -> None:
    for name in controls:
        if not isinstance(name, str) or not name or "." in name or hasattr(nn.ParameterDict, name):
            raise InvalidInputError(
                "controls must be named by words that are no attributes of torch's ParameterDict "
                f"and have no dot in them, got {name!r}."
            )


def _precision(inputs: Tensor) -> torch.dtype:
    """Of real answers to these inputs, where no model says."""
    if inputs.is_complex():
        return inputs.real.dtype
    return inputs.dtype if inputs.is_floating_point() else torch.get_default_dtype()
