"""Training, fine-tuning, evaluation and reports. Depends on the engine only; imports nothing heavy here.

`planning` turns what was asked into a `recipe.Run`; `running` takes it from the photos (`data`, `packed`) through the
loop (`finetune`, with `batches`, `augment`, `losses` and `callbacks`) to the saved weights. `personal` and `blending`
are for a few photos of one's own. `evaluate` and `report` tell what came of it, by `judging` and `measures`.
"""
