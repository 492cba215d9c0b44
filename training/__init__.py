"""Training, fine-tuning, evaluation and reports. Depends on the engine only; imports nothing heavy here."""
