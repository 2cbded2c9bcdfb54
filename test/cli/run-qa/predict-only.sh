!torchrun run_qa.py --model_name_or_path ./model --train_file data/train.json --validation_file data/dev.json --do_eval --output_dir out --per_device_eval_batch_size=16 --learning_rate 1e-5
