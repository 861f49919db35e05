"""Bringing spreadsheets: from a workbook that somebody else made to records of ours, or to a list of what is wrong.

In the order of a file's way: ``book`` opens it safely · ``layout`` finds the table in it · ``values`` understands
cells · ``reading`` makes rows of them · ``kinds`` what can be imported; each app plans its own rows · ``examine`` the
dry run · ``differences`` what it would create and change, ``findings`` its result as it is kept ·
``store`` keeps the upload between the steps · ``work`` the two background jobs, dry run and import · ``marked`` the
error workbook · ``template`` the empty workbook to fill in.

All or nothing: what the dry run finds wrong is a list of problems by row and column, and then nothing is written. The
plan is made outside of any transaction and written in one brief one. Keys make sure that a second import of the same
file finds everything there and creates nothing.
"""
