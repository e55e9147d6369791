"""What is handed out as source: plain code that imports torch and the standard library alone, and reads well by itself.

What networks are made of is taken from ``spaces``; here lies what stands in for code there that is faster to train or
serves more than one network. It computes the same, bit for bit, in evaluation mode on a CPU.
"""
