"""What is printed of this machine.

doctor      what was found, and what to do about it
completion  the script of a shell
models      what each optional model is, and whether it is there
"""
