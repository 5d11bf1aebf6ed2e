from .choice import KERNELS as KERNELS
from .choice import kernel_for as kernel_for
from .kernel import Kernel as Kernel
