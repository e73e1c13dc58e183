"""The doctor: look at a running container and say what will go wrong, when, and what to do.

`facts` reads, `checks` judges, `tinyinit.findings` prints; the word is `commands/doctor.py`.
"""
