"""Pictures of figures, as SVG: one finding as the title, direct labels, ours in the accent, a rule for the bound.

What lives here: a function a picture, from plain numbers to text. Colours are those of the page (custom properties
through classes), so that a picture follows its theme. The figures stand in a table beside it: nobody needs the picture.
"""
