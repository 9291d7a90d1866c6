"""Stage one: the source's rows as they are, as text, each with an id that names its place. Nothing is cleaned, mapped or judged here."""
