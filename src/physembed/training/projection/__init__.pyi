from .alternatives import train_best_by_projection as train_best_by_projection
from .ridge import LeftOut as LeftOut
from .ridge import leave_one_out as leave_one_out
from .ridge import signed_targets as signed_targets
