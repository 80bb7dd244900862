-- title: AI subreddits
-- description: Comments of AI boards, of middle length, with a score: the set to train on
-- recipe: reddit-sft
-- param boards: regex = '(?i)^(MachineLearning|deeplearning|LanguageTechnology|learnmachinelearning|computervision|reinforcementlearning|OpenAI|ChatGPT|LocalLLaMA|ClaudeAI|StableDiffusion|datascience|statistics|datasets|artificial|singularity|ArtificialInteligence)$' -- anchored: without ^ and $ 'agi' finds foraging
-- param min_length: integer = 100 -- characters
-- param max_length: integer = 1000 -- characters
-- param min_score: integer = 2
SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink
FROM comments
WHERE REGEXP_LIKE(subreddit, :boards)
  AND LENGTH(body) BETWEEN :min_length AND :max_length
  AND score >= :min_score
  AND body NOT IN ('[deleted]', '[removed]')
