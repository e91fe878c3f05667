"""Evidence to hand on: a capture and a flow in, the smallest capture that shows the flow out."""
