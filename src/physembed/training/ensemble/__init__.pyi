from .member import Member as Member
from .train import train_together as train_together
