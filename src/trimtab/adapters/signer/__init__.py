"""The signer: a process of its own that alone holds the agent's key, and signs within its limits."""
