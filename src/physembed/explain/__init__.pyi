from .card import card_of as card_of
from .card import write_card as write_card
from .explain_comparison import explain_comparison as explain_comparison
from .explain_fitted import explain_fitted as explain_fitted
from .explain_run import explain_run as explain_run
from .recovery.least_squares_fit import recover as recover
from .recovery.recovered import Recovered as Recovered
