"""Two runs compared, as text, as Markdown and as a page; `wireproof compare` asks for them by name."""
