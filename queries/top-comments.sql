-- title: Top comments of each board
-- description: The best received comments of every board, so that no large board drowns the others
-- recipe: reddit-sft
-- param per_board: integer = 50 -- comments taken from each board
-- param min_score: integer = 5
-- param min_length: integer = 80 -- characters
WITH ranked AS (
  SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink,
         ROW_NUMBER() OVER (PARTITION BY subreddit ORDER BY score DESC, id) AS place
  FROM comments
  WHERE score >= :min_score
    AND LENGTH(body) >= :min_length
    AND COALESCE(author, '') NOT IN ('[deleted]', 'AutoModerator')
)
SELECT id, author, subreddit, body, score, created_utc, link_id, parent_id, permalink
FROM ranked
WHERE place <= :per_board
ORDER BY subreddit, place
