"""A customer's own purchase order, as a workbook or a PDF with text in it, read into a draft.

In the order of a file's way: ``columns`` what may stand in it · ``headings`` how people call that · ``table`` where the
lines are · ``facts`` what stands around them, by its ``labels`` · ``cells`` what a cell says · ``document`` all of that
together, still in the customer's words · ``buyers`` whose order it is · ``matching`` which products are meant ·
``prices`` what they cost · ``grid`` the rows of order entry, each unsure cell with its mark · ``header`` what stands
above them · ``services`` the draft, with the file beside it · ``marks`` the marks on the page until somebody has
looked.

Nothing is guessed in silence: what was taken over for a reason that may be wrong carries a mark, and what could not be
understood stands in its cell as it was written.
"""
