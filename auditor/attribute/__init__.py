"""Who is behind an endpoint, why, and how sure that is. Endpoints go in, attributions come out; nothing here touches files."""
