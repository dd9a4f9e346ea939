"""Everything that makes huibao's models: corpus, pretraining, fine-tuning, export, evaluation."""
