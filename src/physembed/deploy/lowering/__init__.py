"""From a fitted estimator to a plan: one lowering for every part, in registries by class."""
