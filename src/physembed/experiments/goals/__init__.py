"""What training by projection is to reach, goal by goal, measured and written down.

``python -m physembed.experiments.goals NAME DATA_DIR OUT`` writes ``OUT/NAME.json``.
"""
