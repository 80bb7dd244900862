-- title: AI boards
-- description: Comments of AI boards, of middle length, with a score: the set to train on
-- recipe: chat
-- param min_score: integer = 2 -- at least this score
-- param boards: regex = '(?i)^(LocalLLaMA|OpenAI)$' -- names of boards
SELECT id, subreddit, body, score
FROM comments -- one row a comment
WHERE REGEXP_LIKE(subreddit, :boards)
  AND LENGTH(body) BETWEEN 100 AND 1000
  AND score >= :min_score
