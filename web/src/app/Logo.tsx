/** The small rudder on the big one. */
export function Logo() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0f2233" />
      <path
        d="M7 22c4-11 9-15 18-15-2 7-6 12-12 14"
        fill="none"
        stroke="#2fbf9f"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M13 21l6 5" stroke="#f5b83d" strokeWidth="3.4" strokeLinecap="round" />
    </svg>
  );
}
