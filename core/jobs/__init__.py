"""Background jobs, in the order of their life.

``kinds`` what can be done · ``table`` every write to the Job row, by compare-and-set · ``bell`` waking the workers up ·
``runner`` one attempt: prepare outside a transaction, commit inside a brief one · ``context`` what the work sees ·
``lease`` keeping the claim while the work is silent · ``files`` what jobs leave behind · ``upkeep`` what lapsed, what
is due, what has expired.

The table is the truth. Celery only wakes workers up, so a lost, doubled or late wake-up changes nothing.
"""
