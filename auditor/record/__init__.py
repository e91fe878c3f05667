"""Live capture: the printer on the wire, the phone through the proxy, and a journal of what was missed."""
