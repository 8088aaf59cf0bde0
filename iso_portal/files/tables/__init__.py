"""Tables that people fill in elsewhere: read, named, judged row by row, kept from the upload on, handed back.

reading knows bytes and cells, columns knows what a form asks, writing makes templates, keeping changes the rows that
are kept, pages is what the pages of every import share.
"""
