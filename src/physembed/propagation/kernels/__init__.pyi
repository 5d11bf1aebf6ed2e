from .kernel import Kernel as Kernel
from .named_kernels import KERNELS as KERNELS
from .named_kernels import has_triton as has_triton
from .named_kernels import kernel_for as kernel_for
