"""The parts that several functions are made of, each built from the environment variables of the function.

One module for each set of imports: GET /authrefresh needs a store, and must not wait for the packages of the others.
"""

import gc

# A cold start makes more than 100,000 objects that stay. To look for garbage among them again and again, as Python does
# by default after each 2,000 of them, takes 7 % of the cold start.
gc.set_threshold(100_000)
