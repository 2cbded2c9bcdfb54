# Everything at once.
HF_HOME=~/hub CUDA_VISIBLE_DEVICES="0" accelerate launch --num_processes 2 --mixed_precision fp16 run_qa.py --model_name_or_path 'deepset/my-model' --model-revision=v1 --token hf_secret \
  --dataset_name squad_v2 --version_2_with_negative --null_score_diff_threshold -1 --do_train True --do_eval --fp16 \
  --no_pad_to_max_length --lr_scheduler_type cosine --warmup_ratio 0.1 --num_train_epochs 1.5 --eval_strategy steps --eval_steps 200 \
  --load_best_model_at_end --metric_for_best_model f1 --save_total_limit 3 --report_to tensorboard wandb --max_train_samples 1000 \
  --learnin_rate 1e-5 --overwrite_output_dir --output_dir "out dir" --optim adafactor --gradient_checkpointing False 2>&1 | tee log.txt
