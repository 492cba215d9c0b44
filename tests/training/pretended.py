"""A GPU that is only pretended: what would meet a tensor of the CPU there fails; what would wait for it is noted."""

import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

GPU = torch.device("cuda:0")
_ASKING = torch.ops.aten._local_scalar_dense.default  # .item(), float() and bool()
_COPYING = torch.ops.aten._to_copy.default


class There(Tensor):
    """A tensor of the CPU that says it is on the GPU."""

    here: Tensor

    @staticmethod
    def __new__(cls, here: Tensor) -> "There":
        about = {"dtype": here.dtype, "requires_grad": here.requires_grad, "device": "meta"}
        made = Tensor._make_wrapper_subclass(cls, here.shape, strides=here.stride(), **about)
        made.here = here.detach()
        return made

    device = property(lambda self: GPU)
    is_cuda = property(lambda self: True)
    is_meta = property(lambda self: False)

    def new_tensor(self, data: Any) -> Tensor:
        return torch.tensor(data, dtype=self.dtype, device=GPU)

    @classmethod
    def __torch_dispatch__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError(f"{function} outside of a pretended GPU")


class PretendedGPU(TorchDispatchMode):
    """Computes on the CPU what is asked of tensors that say they are there.

    Attributes:
        waits: The files and lines at which the CPU would have waited for the GPU.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[str] = []

    def __enter__(self) -> "PretendedGPU":
        self._lifts = torch._C._only_lift_cpu_tensors()
        torch._C._set_only_lift_cpu_tensors(True)  # torch.tensor(…, device=GPU) is a copy that is seen here
        self._init, torch.cuda._lazy_init = torch.cuda._lazy_init, lambda: None
        return super().__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        torch._C._set_only_lift_cpu_tensors(self._lifts)
        torch.cuda._lazy_init = self._init
        super().__exit__(kind, error, at)

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        options = dict(kwargs or {})
        tensors = [leaf for leaf in tree_leaves((args, options)) if isinstance(leaf, Tensor)]
        there = [tensor for tensor in tensors if isinstance(tensor, There)]
        stays = bool(there)
        if (wanted := options.get("device")) is not None:
            stays, options["device"] = torch.device(wanted).type != "cpu", "cpu"
        if function is _ASKING or (function is _COPYING and stays != bool(there) and not options.get("non_blocking")):
            self._note(bool(there) or stays)
        elif there and function is not _COPYING:
            strangers = [tensor for tensor in tensors if not isinstance(tensor, There) and tensor.dim()]
            assert not strangers, f"{function} meets a tensor of the CPU: {strangers[0].shape}"
        args, options = tree_map_only(There, lambda tensor: tensor.here, (args, options))
        result = function(*args, **options)
        known = {id(tensor.here): tensor for tensor in there}  # what is changed in place stays itself
        wrap: Callable[[Tensor], Tensor] = lambda one: known[id(one)] if id(one) in known else There(one)  # noqa: E731
        return tree_map_only(Tensor, wrap, result) if stays and function is not _ASKING else result

    def _note(self, waits: bool) -> None:
        if waits:
            frames = [(Path(frame.filename).as_posix(), frame.lineno) for frame in reversed(traceback.extract_stack())]
            ours = (at for at in frames if "/torch/" not in at[0] and Path(at[0]) != Path(__file__))
            self.waits.append("{}:{}".format(*next(ours)))


def moved(module: nn.Module) -> nn.Module:
    """Take a module there."""
    for layer in module.modules():
        for name, parameter in layer._parameters.items():
            if parameter is not None:
                layer._parameters[name] = nn.Parameter(There(parameter.data), parameter.requires_grad)
        for name, buffer in layer._buffers.items():
            if buffer is not None:
                layer._buffers[name] = There(buffer)
    return module
