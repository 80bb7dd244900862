-- title: AI boards
-- description: Comments of AI boards, of middle length, with a score: the set to train on
-- recipe: chat
-- param min_score: integer = 2 -- at least this score
-- param boards: regex = '(?i)^(LocalLLaMA|OpenAI|MachineLearning)$' -- names of boards
SELECT id, author, subreddit, body, score, created_utc
FROM comments
WHERE REGEXP_LIKE(subreddit, :boards)
  AND LENGTH(body) BETWEEN 20 AND 1000 -- short ones are for the recipe to drop
  AND score >= :min_score
LIMIT 300
