"""The devices of a local network, and what they say to each other: frames go in, facts come out, in the clear."""
