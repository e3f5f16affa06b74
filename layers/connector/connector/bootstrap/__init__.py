"""The parts that several functions are made of, each built from the environment variables of the function.

One module for each set of imports: GET /authrefresh needs a store, and must not wait for the packages of the others.
"""
