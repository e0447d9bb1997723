export default function Recall({ id }: { id: string }) { return <p>{id}</p> }
