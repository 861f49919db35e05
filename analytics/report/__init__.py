"""The monthly report, from rows to paper.

``thresholds`` what an administrator may set · ``material`` the plain rows and figures that rules see · ``gathering``
reads them, in a fixed number of queries · ``rules`` one small pure function per finding · ``writing`` puts them
together · ``services`` a person's words and signature · ``jobs`` the writing in the background · ``views``,
``page`` and ``workbook`` show it, ``export`` makes the workbook in the background.
"""
