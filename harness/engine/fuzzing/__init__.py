"""The mode *fuzz*: generated plans against one target, judged by all rules; findings made small."""
