"""
Unseen groups
=============

Cases of one person are alike. Whoever splits them by chance learns what the person is like, and is
surprised by the next one; ``groups`` leaves persons out together.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GroupKFold, KFold, cross_val_score

import physembed as pe

# %%
# Six persons make two gestures; every person has a habit, which has nothing to do with the gesture.

rng = np.random.default_rng(0)
t = np.linspace(0, 1, 80)
person = np.repeat(np.arange(6), 12)
y = np.tile([0, 1], 36)
pitch = 3 + 0.8 * y + rng.normal(0, 0.6, 6)[person]
X = np.sin(2 * np.pi * pitch[:, None] * t + rng.uniform(0, 6.3, (72, 1)))
X = (X + 0.2 * rng.standard_normal(X.shape))[:, None]

# %%
# The same model, judged by chance and judged by persons that it has never seen.

model = pe.PhysicalEmbeddingClassifier(random_state=0)
by_chance = cross_val_score(model, X, y, cv=KFold(6, shuffle=True, random_state=0))
by_person = cross_val_score(model, X, y, cv=GroupKFold(6), groups=person)
print(f"by chance {by_chance.mean():.0%}, by person {by_person.mean():.0%}")

figure, axes = plt.subplots(figsize=(5, 3), layout="constrained")
for place, scores in enumerate((by_chance, by_person)):
    axes.plot(np.full(6, place), 100 * scores, "o", color="#0072b2", alpha=0.6,
              label=None if place else "a sixth left out")
    axes.plot([place - 0.15, place + 0.15], [100 * scores.mean()] * 2, color="#d55e00", lw=3,
              label=None if place else "mean of six")
axes.set(xticks=(0, 1), xticklabels=("cases left out", "persons left out"), xlim=(-0.5, 1.5),
         ylabel="right / %")
axes.legend(loc="lower left")
