# What we use of Python-Markdown, which comes without types.
